import type { AsyncConfig, FunctionResource, MappingResource, Resolved } from './resources';

/** What Lambda does where a function has no EventInvokeConfig. */
const defaultAsync: AsyncConfig = { maxRetries: 2, maxAgeSeconds: 6 * 3_600, onFailure: undefined };

/** The EventInvokeConfigs by the function's name. */
export function asyncConfigsOf(resources: readonly Resolved[]): ReadonlyMap<string, AsyncConfig> {
  return new Map(
    resources.map(({ properties }) => {
      const destination = properties['DestinationConfig'] as
        { OnFailure?: { Destination?: string } } | undefined;
      return [
        String(properties['FunctionName']),
        {
          maxRetries: Number(properties['MaximumRetryAttempts'] ?? defaultAsync.maxRetries),
          maxAgeSeconds: Number(
            properties['MaximumEventAgeInSeconds'] ?? defaultAsync.maxAgeSeconds,
          ),
          onFailure: destination?.OnFailure?.Destination,
        },
      ];
    }),
  );
}

/** A function; its code is an asset of the assembly, `index.js` in a directory. */
export function describeFunction(
  { stack, logicalId, name, arn, properties }: Resolved,
  configs: ReadonlyMap<string, AsyncConfig>,
  codePathOf: (objectKey: string) => string,
): FunctionResource {
  const { S3Key } = (properties['Code'] ?? {}) as { S3Key?: string };
  const { Variables = {} } = (properties['Environment'] ?? {}) as {
    Variables?: Record<string, unknown>;
  };
  const logging = (properties['LoggingConfig'] ?? {}) as {
    ApplicationLogLevel?: string;
    LogGroup?: string;
  };
  const [file = '', handler = ''] = String(properties['Handler']).split('.');
  const codePath = codePathOf(S3Key ?? `inline code of ${logicalId}`);
  return {
    stack,
    logicalId,
    name,
    arn,
    codePath: codePath.replace(/index\.js$/, `${file}.js`),
    handler,
    timeoutSeconds: Number(properties['Timeout'] ?? 3),
    memoryMb: Number(properties['MemorySize'] ?? 128),
    variables: {
      ...Object.fromEntries(
        Object.entries(Variables).map(([variable, value]) => [variable, String(value)]),
      ),
      ...(logging.ApplicationLogLevel === undefined
        ? {}
        : { AWS_LAMBDA_LOG_LEVEL: logging.ApplicationLogLevel }),
    },
    async: configs.get(name) ?? defaultAsync,
    roleArn: String(properties['Role']),
    logGroup: logging.LogGroup ?? `/aws/lambda/${name}`,
    inVpc: properties['VpcConfig'] !== undefined,
  };
}

/** An event source mapping of a queue. */
export function describeMapping({ stack, logicalId, properties }: Resolved): MappingResource {
  const types = (properties['FunctionResponseTypes'] ?? []) as string[];
  const scaling = (properties['ScalingConfig'] ?? {}) as { MaximumConcurrency?: number };
  return {
    stack,
    logicalId,
    queueArn: String(properties['EventSourceArn']),
    functionName: String(properties['FunctionName']),
    batchSize: Number(properties['BatchSize'] ?? 10),
    windowSeconds: Number(properties['MaximumBatchingWindowInSeconds'] ?? 0),
    reportsFailures: types.includes('ReportBatchItemFailures'),
    maxConcurrency: scaling.MaximumConcurrency,
    enabled: properties['Enabled'] !== false,
  };
}
