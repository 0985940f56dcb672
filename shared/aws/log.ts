import { Logger as Powertools } from '@aws-lambda-powertools/logger';
import type { Logger } from '../collector';

/**
 * A logger that writes one line of JSON for what is worth one, with the pipeline's name as `service`. How much it
 * writes is Lambda's own setting (`AWS_LAMBDA_LOG_LEVEL`), or `POWERTOOLS_LOG_LEVEL`. @default INFO
 */
export function lineLogger(pipeline: string): Logger {
  const powertools = new Powertools({ serviceName: pipeline });
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
