import { WalBudget } from './wal-budget';

describe('WalBudget', () => {
  it('tells the time that is left from how fast the budget shrinks', () => {
    const budget = new WalBudget();
    for (let second = 0; second <= 200; second += 10) budget.observe(second * 1000, 1_000_000 - second * 1_000);
    // 800,000 bytes at nearly 1,000 a second: the average approaches the rate from below
    expect(budget.secondsLeft()).toBeGreaterThan(750);
    expect(budget.secondsLeft()).toBeLessThan(1_000);
  });

  it('has nothing to tell without a bound, or while the budget grows', () => {
    const budget = new WalBudget();
    expect(budget.secondsLeft()).toBeNull();
    budget.observe(0, null);
    budget.observe(1000, 500);
    budget.observe(2000, 900);
    expect(budget.secondsLeft()).toBeNull();
  });
});
