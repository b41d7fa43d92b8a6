import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { type Access, ACCESS, ACCESS_EXTENSION } from './access';

/** Opens a controller or handler to everybody. Without it a route asks for a member's token. */
export function Public(): ClassDecorator & MethodDecorator {
  return access('public');
}

/** Asks for the `ADMIN_TOKEN` as bearer token, instead of a member's. */
export function Admin(): ClassDecorator & MethodDecorator {
  return access('admin');
}

function access(value: Access): ClassDecorator & MethodDecorator {
  return applyDecorators(SetMetadata(ACCESS, value), ApiExtension(ACCESS_EXTENSION, value));
}
