// The naive consumer: every delivery takes effect, also the second. It goes through what Inbox promises, not through what it is made of.
const { randomUUID } = require('node:crypto');
const { target } = require('./target.cjs');

const { type: Inbox, original: applyOnce } = target('libs/outbox/src/index.js', 'Inbox', 'applyOnce');

// What it was told apart by the second time shall not be left behind: the inbox then holds what it would hold without the mutant.
const FORGET = 'DELETE FROM inbox WHERE message_id = $1';

Inbox.prototype.applyOnce = async function applyAlways(messageId, effect) {
  const outcome = await applyOnce.call(this, messageId, effect);
  if (outcome === 'applied') return outcome;
  if (outcome !== 'duplicate') throw new Error(`Mutant: Inbox.applyOnce resolves to "${outcome}". Mend the mutant.`);
  const again = randomUUID();
  return applyOnce.call(this, again, async (manager) => {
    await effect(manager);
    await manager.query(FORGET, [again]);
  });
};
