import { createHmac, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';

/** How often the password of one account may be guessed in one window. */
const MAX_GUESSES = 10;
const WINDOW_MS = 60_000;
/**
 * More accounts than can be guessed at in a window while a guess costs 20 ms of a core: nobody pushes the count of one
 * account out by guessing at others.
 */
const MAX_ACCOUNTS = 10_000;

interface Guesses {
  count: number;
  readonly until: number;
}

/**
 * Slows down guessing at one account, whether or not there is such an account. Counts live in this process alone: with n
 * processes n times as many guesses pass, and a restart forgets them. The price: who knows an email can lock its owner out
 * of signing in for a minute at a time; those who are signed in notice nothing.
 */
@Injectable()
export class SignInBrake {
  // Keyed by digest, because emails shall not lie around in memory. In order of `until`: windows have one length.
  private readonly accounts = new Map<string, Guesses>();
  private readonly secret = randomBytes(32);

  /**
   * Counts a guess before its password is checked, so that guesses sent side by side count too.
   *
   * @returns in how many seconds to come back, if this guess is one too many; 0 lets it pass
   */
  count(email: string, now = Date.now()): number {
    const key = this.keyOf(email);
    const known = this.accounts.get(key);
    if (known !== undefined && known.until > now) {
      if (known.count >= MAX_GUESSES) return Math.ceil((known.until - now) / 1_000);
      known.count++;
      return 0;
    }
    this.accounts.delete(key); // so that it comes last again
    this.accounts.set(key, { count: 1, until: now + WINDOW_MS });
    this.dropOldest(now);
    return 0;
  }

  /** The password was right: what was guessed before no longer counts. */
  forget(email: string): void {
    this.accounts.delete(this.keyOf(email));
  }

  /** Takes a counted guess back: the password was never checked. */
  takeBack(email: string): void {
    const known = this.accounts.get(this.keyOf(email));
    if (known !== undefined && known.count > 0) known.count--;
  }

  /** How many accounts are being watched. */
  get size(): number {
    return this.accounts.size;
  }

  private dropOldest(now: number): void {
    for (const [key, { until }] of this.accounts) {
      if (until > now && this.accounts.size <= MAX_ACCOUNTS) return;
      this.accounts.delete(key);
    }
  }

  private keyOf(email: string): string {
    return createHmac('sha256', this.secret).update(email).digest('base64');
  }
}
