import { Logger as Powertools } from '@aws-lambda-powertools/logger';
import type { Logger } from '../../collector/definition';
import { loggerOf } from '../../core/safe-logger';

/**
 * Makes a logger that writes lines of JSON with the pipeline's name as `service` and the function's as `function`: all
 * functions of a pipeline share a log group. Its level is Lambda's own setting (`AWS_LAMBDA_LOG_LEVEL`), or
 * `POWERTOOLS_LOG_LEVEL`. @default INFO
 */
export function lineLogger(pipeline: string, functionName?: string): Logger {
  const powertools = new Powertools({
    serviceName: pipeline,
    persistentKeys: { function: functionName },
  });
  return loggerOf((level) => (message, data = {}) => {
    powertools[level](message, { ...data });
  });
}
