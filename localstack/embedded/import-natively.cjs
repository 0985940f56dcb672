// Loads ES modules natively, whatever transforms the rest: under Jest, `import()` would need a flag.
'use strict';

exports.importNatively = (specifier) => import(specifier);
