import { ConsoleStore } from './console-store';

it('takes the first build that it hears of for its own, and is outdated by another', () => {
  const store = new ConsoleStore();
  const heard = (build: string | null): boolean => {
    store.heardOfBuild(build);
    return store.isOutdated;
  };
  expect(['a', 'a', null, 'b', 'a'].map(heard)).toEqual([false, false, false, true, false]);
});
