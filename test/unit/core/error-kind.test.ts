import { errorKind } from '../../../shared/core/error-kind';

describe('the kind of an error', () => {
  it.each([
    ['an id that is a word', 'p-7 is gone', 'p-7', '… is gone'],
    ['each place of an id', 'GET /p-7: p-7 is gone', 'p-7', 'GET /…: … is gone'],
    ['an id with characters of a regular expression', 'no a.*(b) here', 'a.*(b)', 'no … here'],
    ['an id at the end', 'there is no é', 'é', 'there is no …'],
    ['an id between its own characters', 'a.a.a.a', 'a.a', '….…'],
    ['a UUID', 'no 0b5e6c1e-1f5e-4a6b-9d3e-2c8f0a1b2c3d', 'x', 'no …'],
    ['a place in a list', 'objects[7]: no text', 'x', 'objects[…]: no text'],
    ['a number of four digits', 'request req-12345 failed', 'x', 'request … failed'],
  ])('leaves out %s', (_, error, objectId, kind) => {
    expect(errorKind(error, objectId)).toBe(kind);
  });

  it.each([
    ['a part of a word', 'a bad gateway', 'gate'],
    ['before a letter of two units', 'x𝒳', 'x'],
    ['after a letter of two units', '𝒳x', 'x'],
    ['next to a digit', 'page x1', 'x'],
    ['empty', 'a bad gateway', ''],
    ['a space', 'a bad gateway', ' '],
  ])('keeps the text where the id is %s', (_, error, objectId) => {
    expect(errorKind(error, objectId)).toBe(error);
  });
});
