import { marketplaceRules } from '@madang/keywords';
import type { RuleDefinition } from './rule.contract';

/** What a room is told, in both languages: the moderator does not know who reads. */
const TEXTS: Readonly<Record<string, string>> = {
  'phone-number':
    '전화번호를 주고받으면 개인정보가 유출되거나 사기 피해를 입을 수 있어요. 대화와 거래는 채팅에서 해 주세요. / ' +
    'Sharing a phone number can expose you to scams. Please keep the conversation in this chat.',
  'bank-account':
    '계좌로 먼저 송금하면 물건을 받지 못해도 돌려받기 어려워요. 직접 만나서 확인하거나 안심결제를 이용해 주세요. / ' +
    'Money sent to an account in advance is hard to get back. Meet in person, or pay through the app.',
  'outside-messenger':
    '다른 메신저로 대화를 옮기자고 하면 사기일 수 있어요. 채팅 밖에서 생긴 피해는 도와드리기 어려워요. / ' +
    'Being asked to move to another messenger is a common sign of fraud. We cannot help with what happens outside this chat.',
};

/** As often as a reminder helps: a conversation in which a number is dictated needs one. */
const COOLDOWN_MS = 60_000;

/** The rules that a marketplace begins with. */
export const seedRules: readonly RuleDefinition[] = marketplaceRules.map(({ id, ...detection }) => {
  const text = TEXTS[id];
  if (text === undefined) throw new Error(`There is no text for the rule ${id}`);
  return { id, detection: structuredClone(detection) as RuleDefinition['detection'], text, action: 'warn', cooldownMs: COOLDOWN_MS, mode: 'live' };
});
