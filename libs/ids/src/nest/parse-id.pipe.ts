import { BadRequestException, Injectable, mixin, type PipeTransform, type Type } from '@nestjs/common';
import { type IdFormat, InvalidIdError } from '../index';
import { InjectIdFormat } from './inject-id-format';

export interface ParseIdOptions {
  /** Also accept what the format's specification lets a reader accept; the handler gets the canonical text. Default: false. */
  readonly lenient?: boolean;
}

/** `@Param('id', new ParseIdPipe(format)) id: UuidV7`: what is no id is answered with 400, and the reason. */
export class ParseIdPipe<Id extends string = string> implements PipeTransform<unknown, Id> {
  constructor(
    private readonly format: IdFormat<Id>,
    private readonly options: ParseIdOptions = {},
  ) {}

  /** With a format of `IdsModule`: `@Param('id', ParseIdPipe.of('post')) id: UuidV7`. */
  static of(name: string, options: ParseIdOptions = {}): Type<PipeTransform<unknown, string>> {
    @Injectable()
    class ParseNamedIdPipe extends ParseIdPipe {
      constructor(@InjectIdFormat(name) format: IdFormat<string>) {
        super(format, options);
      }
    }
    return mixin(ParseNamedIdPipe);
  }

  transform(value: unknown): Id {
    const text = value as string; // both check the type
    try {
      return this.options.lenient ? this.format.parseLenient(text) : this.format.parse(text);
    } catch (error) {
      // Its message shows no more than the first 100 characters of the input.
      if (error instanceof InvalidIdError) throw new BadRequestException(error.message, { cause: error });
      throw error;
    }
  }
}
