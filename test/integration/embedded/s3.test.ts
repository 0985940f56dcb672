import { closeClouds } from '../../support/embedded';
import { answerOf, arnOf, cloudWith, refusal } from '../../support/iam-caller';
import { statement } from '../../support/tiny-assembly';

afterEach(closeClouds);

it('keeps a bucket of the template, for the functions that its owner has granted it to', async () => {
  const cloud = await cloudWith(
    [
      statement(['s3:PutObject', 's3:GetObject'], { 'Fn::Join': ['', [arnOf('Data'), '/in/*']] }),
      statement('s3:ListBucket', arnOf('Data')),
    ],
    { Data: { Type: 'AWS::S3::Bucket', Properties: {} } },
  );
  const Bucket = 'tiny-data';
  const object = { Bucket, Key: 'in/a b/ü.json' };
  expect(await answerOf(cloud, 's3', 'PutObject', { ...object, Body: '{"a":1}' })).toMatchObject({
    ETag: expect.any(String) as string,
  });
  expect(await answerOf(cloud, 's3', 'GetObject', object)).toMatchObject({ text: '{"a":1}' });
  expect(await answerOf(cloud, 's3', 'HeadObject', object)).toMatchObject({ ContentLength: 7 });
  expect(await answerOf(cloud, 's3', 'ListObjectsV2', { Bucket, Prefix: 'in/' })).toMatchObject({
    KeyCount: 1,
    Contents: [{ Key: object.Key, Size: 7 }],
  });
  expect(await answerOf(cloud, 's3', 'PutObject', { ...object, Key: 'out/a' })).toEqual({
    error: 'AccessDenied',
    message: expect.stringMatching(
      refusal('s3:PutObject', 'arn:aws:s3:::tiny-data/out/a'),
    ) as string,
  });
  expect(await answerOf(cloud, 's3', 'DeleteObject', object)).toMatchObject({
    message: expect.stringContaining('s3:DeleteObject') as string,
  });
  expect(await answerOf(cloud, 's3', 'GetObject', { Bucket, Key: 'in/none' })).toMatchObject({
    error: 'NoSuchKey',
  });
});

it('tells that an object is absent only to a function that may list its bucket, as S3 does', async () => {
  const cloud = await cloudWith([statement('s3:*Object', '*')], {
    Data: { Type: 'AWS::S3::Bucket', Properties: {} },
  });
  const object = { Bucket: 'tiny-data', Key: 'a' };
  expect(await answerOf(cloud, 's3', 'GetObject', object)).toMatchObject({
    error: 'AccessDenied',
    message: expect.stringMatching(refusal('s3:ListBucket', 'arn:aws:s3:::tiny-data')) as string,
  });
  await answerOf(cloud, 's3', 'PutObject', { ...object, Body: 'x' });
  expect(await answerOf(cloud, 's3', 'DeleteObject', object)).toEqual({});
});
