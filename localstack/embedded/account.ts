/** The account and the region of the embedded cloud. */
export const accountId = '000000000000';
export const region = 'us-east-1';
