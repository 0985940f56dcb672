import { Logger as Powertools } from '@aws-lambda-powertools/logger';
import type { Logger } from '../collector';

/**
 * A logger that writes one line of JSON for what is worth one, with the pipeline's name as `service` and the name of the
 * function that writes it as `function`, for all functions of a pipeline share a log group. How much it writes is Lambda's
 * own setting (`AWS_LAMBDA_LOG_LEVEL`), or `POWERTOOLS_LOG_LEVEL`. @default INFO
 */
export function lineLogger(pipeline: string, functionName?: string): Logger {
  const powertools = new Powertools({
    serviceName: pipeline,
    persistentKeys: { function: functionName },
  });
  return {
    debug: (message, data = {}) => {
      powertools.debug(message, { ...data });
    },
    info: (message, data = {}) => {
      powertools.info(message, { ...data });
    },
    warn: (message, data = {}) => {
      powertools.warn(message, { ...data });
    },
    error: (message, data = {}) => {
      powertools.error(message, { ...data });
    },
  };
}
