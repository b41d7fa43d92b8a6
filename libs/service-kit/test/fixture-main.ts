import { bootstrap } from '../src/index';
import { fixtureService } from './fixture-service';

void bootstrap(fixtureService());
