/** Asking for money before anything is seen. What is Latin has a space at its edges: "the wire transferred", "pay firsthand" go on. */
export const advancePayments: readonly string[] = [
  '선입금', '선송금', '선결제', '선입 부탁', '먼저 입금', '먼저 송금', '먼저 이체', '계좌로 입금', '계좌로 송금', '계좌로 이체', '계좌로 보내', '계좌로 쏴', '계좌 불러', '계좌번호 불러', '계좌 드릴', '계좌번호 드릴', '계좌이체 먼저', 'ㄱㅈ로', 'ㄱㅈ번호',
  '입금부터', '입금 먼저', '송금 먼저', '이체 먼저', '송금부터', '입금하시면', '입금해주시면', '송금해주시면', '입금 확인되면', '입금 확인 후', '입금 후 발송', '예약금 입금', '예약금 보내', '계약금 입금', '계약금 보내',
  ' transfer to my account ', ' transfer the money ', ' transfer me the money ', ' wire the money ', ' wire transfer ', ' bank transfer first ', ' transfer first ', ' pay first ', ' pay in advance ', ' payment first ', ' deposit first ',
  ' send the money first ', ' send money first ', ' send me the money first ', ' deposit to my account ', ' send it to my account ', ' money to my account ', ' my account number ', ' western union ', ' moneygram ', ' gift card code ',
];

const BEFOREHAND = '(?:먼저|미리|부터|선)';
const ACCOUNT = '(?:통장|[계게개]\\s?[좌죄자])';
const PAY = '(?:입금|입끔|이체|송금|이브끔|인금)';
const GIVE = '(?:넣|보내|부쳐|부치|쏴|쏘|이체|입금|송금)';

/** The same, where words stand between or the ending says that it is asked: what is offered, refused or confirmed is not. */
export const accountPatterns: readonly string[] = [
  `${PAY}\\s?(?:${BEFOREHAND}|하시면|해\\s?주시면|해\\s?주세|해\\s?주셔|해\\s?줘|부탁|ㄱㄱ|주시면|되면\\s?(?:바로|발송|보내))`,
  `${BEFOREHAND}\\s?(?:바로\\s?)?${PAY}\\s?(?:하|해|부탁|ㄱㄱ)`,
  `${ACCOUNT}\\s?(?:번호)?\\s?(?:으?로|에)\\s.{0,12}${GIVE}`,
  `${ACCOUNT}\\s?(?:번호)?\\s?(?:를|는|좀)?\\s?(?:드릴|줄게|줄께|알려\\s?(?:드|줄)|불러\\s?(?:드|줄)|보내\\s?(?:드|줄)|남길|찍어\\s?(?:드|줄))`,
  `${ACCOUNT}\\s?이체\\s?(?:해|로|하시|부탁|가능)`,
  `(?:돈|예약금|계약금|보증금|대금|금액|[만천백\\d]원)\\s?[을은만]?\\s.{0,8}${BEFOREHAND}\\s.{0,8}${GIVE}`,
  '(?:to|in|into) my (?:bank )?(?:account|acct?|acc)\\b',
  '\\b(?:by|via|through|with) (?:a )?(?:bank|wire) transfer',
  '\\b(?:wire|venmo|zelle|cashapp) (?:me|it)\\b',
  '\\b(?:send|pay|transfer|deposit) (?:me )?(?:the )?(?:money|deposit|payment|half|\\d+%?) (?:first|upfront|in advance|to my|before)',
  '\\b(?:send|pay|transfer|deposit) (?:me )?[$₩]?\\d[\\d,.]*\\s?(?:won|krw|usd|dollars|bucks)? (?:first|upfront|in advance)\\b',
  "\\baccount'?s? (?:is )?under\\b",
  '\\b(?:account|acct)\\s?번호',
];

const REFUSED = ["don't", 'do not', 'never'].flatMap((not) =>
  ['send money', 'send the money', 'pay', 'transfer', 'deposit', 'send a deposit'].flatMap((what) => ['first', 'in advance', 'upfront'].map((when) => `${not} ${what} ${when}`)),
);

export const allowedPayments: readonly string[] = ['first thing', '환불 계좌', 'log in to my account', 'logged in to my account', 'logging in to my account', 'sign in to my account', 'log into my account', 'access to my account', ...REFUSED];
