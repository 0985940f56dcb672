import { ratio } from '../../../../cli/terminal/format';

it.each([
  [0, '0'],
  [0.0951, '0.095'],
  [1.24, '1.2'],
  [9.96, '10'],
  [20.5, '21'],
  [211, '211'],
  [21_100, '21,100'],
])('a ratio of %d is the plain number %s', (number, text) => {
  expect(ratio(number)).toBe(text);
});
