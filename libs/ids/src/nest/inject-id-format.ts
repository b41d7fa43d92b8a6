import { Inject } from '@nestjs/common';

/** Under which `IdsModule` provides a format. */
export function idFormatToken(name: string): string {
  return `IdFormat(${name})`;
}

/** `@InjectIdFormat('post') private readonly postIds: UuidV7Format` */
export function InjectIdFormat(name: string): PropertyDecorator & ParameterDecorator {
  return Inject(idFormatToken(name));
}
