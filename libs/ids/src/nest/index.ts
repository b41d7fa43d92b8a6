export { IdsModule, type IdsFactory, type IdsModuleAsyncOptions, type IdsModuleOptions } from './ids.module';
export { idFormatToken, InjectIdFormat } from './inject-id-format';
export { ParseIdPipe, type ParseIdOptions } from './parse-id.pipe';
