// What a user writes on the first day with @madang/ids alone: an ES module, no framework, no other package.
import { decode, idSchema, InvalidIdError, snowflake, toUuid, typeId, type UuidV7, uuidV4, uuidV7 } from '@madang/ids';

const posts = uuidV7();
const id: UuidV7 = posts.generate();
const members = typeId({ prefix: 'member' });
const orders = snowflake({ node: 5 });

// @ts-expect-error a UUIDv4 has no time
void uuidV4().timestamp;
// @ts-expect-error an id of another format
const wrong: UuidV7 = orders.generate();

console.log(posts.parse(id) === id && posts.compare(id, posts.generate()));
console.log(toUuid(members, members.parse('member_01kdvdna00fwk8td5qs7gz0pk2')));
console.log(decode(wrong).some(({ preset }) => preset === 'twitter'), idSchema(orders).format);
try {
  posts.parse('nothing');
} catch (error) {
  console.log(error instanceof InvalidIdError && error.code);
}
