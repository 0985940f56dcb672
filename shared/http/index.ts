/**
 * An HTTP client for collectors.
 * @module pollard-aws/http
 */
export type { Http, HttpAnswer, HttpClient, HttpRequest } from '../collector/http';
export { statusOf } from '../core/source-answer/answer-of-error';
export { httpClient } from './client';
export type { HttpError, HttpErrorFields } from './http-error';
export { oauth2, type OAuth2Options } from './oauth2';
export type { HttpAuth, HttpClientContext, HttpClientOptions } from './options';
export {
  nextCursor,
  nextLink,
  nextOffset,
  nextPage,
  type ListedItems,
  type NextPageToken,
} from './pagination';
