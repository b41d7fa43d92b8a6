import { boardScenarios } from './scenarios/board.ts';
import { faultScenarios } from './scenarios/faults.ts';
import { personalDataScenarios } from './scenarios/personal-data.ts';
import { rollingRestartScenarios } from './scenarios/rolling-restart.ts';
import { withdrawalScenarios } from './scenarios/withdrawal.ts';
import { setStage } from './stage.ts';

const stage = setStage();

boardScenarios(stage);
withdrawalScenarios(stage);
rollingRestartScenarios(stage);
faultScenarios(stage);
personalDataScenarios(stage); // last, so that whatever the faults wrote is searched too
