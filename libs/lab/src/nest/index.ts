export { dieAtOnce } from './die';
export { isLab, type LabConfig, labFields } from './lab.config';
export { LabController } from './lab-controller.decorator';
export { LabModule } from './lab.module';
export { LoopbackGuard } from './loopback.guard';
export { Switchboard, type SwitchboardOptions } from './switchboard';
