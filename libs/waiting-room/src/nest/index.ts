export { cookieOf } from './cookie-of';
export { CurrentPass, RequiresPass } from './requires-pass.decorator';
export { passCookie, RequiresPassGuard } from './requires-pass.guard';
