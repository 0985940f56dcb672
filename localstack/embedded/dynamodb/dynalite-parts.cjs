// The parts of dynalite that are used: not its server, not its database. The package has this file as a bundle.
'use strict';

const operation = (action, validation) => ({ action, validation });

exports.validations = require('dynalite/validations');
exports.conditionParser = require('dynalite/db/conditionParser');
exports.createKey = require('dynalite/db').createKey;
/** The operations that are offered; tables are made from the template only, and stay. */
exports.operations = {
  BatchGetItem: operation(
    require('dynalite/actions/batchGetItem'),
    require('dynalite/validations/batchGetItem'),
  ),
  BatchWriteItem: operation(
    require('dynalite/actions/batchWriteItem'),
    require('dynalite/validations/batchWriteItem'),
  ),
  CreateTable: operation(
    require('dynalite/actions/createTable'),
    require('dynalite/validations/createTable'),
  ),
  DeleteItem: operation(
    require('dynalite/actions/deleteItem'),
    require('dynalite/validations/deleteItem'),
  ),
  DescribeTable: operation(
    require('dynalite/actions/describeTable'),
    require('dynalite/validations/describeTable'),
  ),
  GetItem: operation(require('dynalite/actions/getItem'), require('dynalite/validations/getItem')),
  ListTables: operation(
    require('dynalite/actions/listTables'),
    require('dynalite/validations/listTables'),
  ),
  PutItem: operation(require('dynalite/actions/putItem'), require('dynalite/validations/putItem')),
  Query: operation(require('dynalite/actions/query'), require('dynalite/validations/query')),
  Scan: operation(require('dynalite/actions/scan'), require('dynalite/validations/scan')),
  UpdateItem: operation(
    require('dynalite/actions/updateItem'),
    require('dynalite/validations/updateItem'),
  ),
};
