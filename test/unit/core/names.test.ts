import { metricDimension, metricNamespace } from '../../../shared/core/metric-names';
import { runCompletedDetailType, runCompletedSource } from '../../../shared/core/run-completed';

// Alarms, dashboards and rules outside of this repo match on these.
it('keeps the names that other systems match on', () => {
  expect([metricNamespace, metricDimension]).toEqual(['Pollard', 'pipeline']);
  expect([runCompletedSource, runCompletedDetailType]).toEqual(['pollard', 'RunCompleted']);
});
