import { boardScenarios } from './scenarios/board.ts';
import { chatScenarios } from './scenarios/chat.ts';
import { consistencyScenarios } from './scenarios/consistency.ts';
import { deadLetterScenarios } from './scenarios/dead-letters.ts';
import { faultScenarios } from './scenarios/faults.ts';
import { personalDataScenarios } from './scenarios/personal-data.ts';
import { rollingRestartScenarios } from './scenarios/rolling-restart.ts';
import { withdrawalScenarios } from './scenarios/withdrawal.ts';
import { setStage } from './stage.ts';

const stage = setStage();

boardScenarios(stage);
withdrawalScenarios(stage);
consistencyScenarios(stage);
chatScenarios(stage);
rollingRestartScenarios(stage);
faultScenarios(stage);
deadLetterScenarios(stage); // after the faults, which must leave none
personalDataScenarios(stage); // last, so that whatever the faults wrote is searched too
