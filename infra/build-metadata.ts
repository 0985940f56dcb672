/** The type of the metadata of a pipeline that says how `pollard dev` bundles its collector; no template has it. */
export const buildMetadata = 'pollard:build';
