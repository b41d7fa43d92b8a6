import { Admin, NotFoundProblem } from '@madang/service-kit';
import { All, Controller } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

/** In the place of the lab where there is none: a pane then says why it is empty. */
@ApiExcludeController()
@Admin()
@Controller('lab')
export class NoLabController {
  @All()
  read(): never {
    throw new NotFoundProblem('no-lab', { detail: 'The lab is where `npm start` runs everything itself. Here nothing can be broken or switched from the console.' });
  }

  @All('*')
  act(): never {
    this.read();
  }
}
