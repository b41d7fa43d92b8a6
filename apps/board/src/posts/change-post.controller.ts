import { CurrentMember, Fails, Returns, uuid } from '@madang/service-kit';
import { Body, Controller, Delete, Param, Patch } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ChangePostService } from './change-post.service';
import { PostChange, PostView, postView } from './post.contract';

@ApiTags('posts')
@Controller('posts')
export class ChangePostController {
  constructor(private readonly service: ChangePostService) {}

  @Patch(':id')
  @ApiOperation({ summary: 'Edit your own post' })
  @Returns(200, PostView)
  @Fails(403, 'It is somebody else’s post')
  @Fails(404, 'There is no such post, or it is hidden')
  async edit(
    @Param('id', { schema: uuid() }) id: string,
    @CurrentMember() { memberId }: CurrentMember,
    @Body({ schema: PostChange }) change: PostChange,
  ): Promise<PostView> {
    return postView(await this.service.edit(id, memberId, change));
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Delete your own post' })
  @Returns(204)
  @Fails(403, 'It is somebody else’s post')
  @Fails(404, 'There is no such post, or it is hidden')
  async delete(@Param('id', { schema: uuid() }) id: string, @CurrentMember() { memberId }: CurrentMember): Promise<void> {
    await this.service.delete(id, memberId);
  }
}
