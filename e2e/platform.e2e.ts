import { boardScenarios } from './platform/board.ts';
import { chatScenarios } from './platform/chat.ts';
import { consistencyScenarios } from './platform/consistency.ts';
import { deadLetterScenarios } from './platform/dead-letters.ts';
import { faultScenarios } from './platform/faults.ts';
import { personalDataScenarios } from './platform/personal-data.ts';
import { rollingRestartScenarios } from './platform/rolling-restart.ts';
import { withdrawalScenarios } from './platform/withdrawal.ts';
import { setStage } from './stage.ts';

const stage = setStage();

boardScenarios(stage);
withdrawalScenarios(stage);
consistencyScenarios(stage, { tells: true });
chatScenarios(stage, (service) => stage.stack.sandbox.process(service).roll());
rollingRestartScenarios(stage);
faultScenarios(stage);
// After the faults, which must leave none.
deadLetterScenarios(stage, () => ({ PATH: process.env['PATH'] ?? '', SANDBOX_DIRECTORY: stage.stack.sandbox.stateDirectory }));
personalDataScenarios(stage); // last, so that whatever the faults wrote is searched too
