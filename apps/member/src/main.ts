import {x} from '@madang/outbox'; console.log(x);
