import { CurrentMember, Returns, UnauthorizedProblem } from '@madang/service-kit';
import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { NewPost, PostView, postView } from './post.contract';
import { PublishPostService } from './publish-post.service';

@ApiTags('posts')
@Controller('posts')
export class PublishPostController {
  constructor(private readonly service: PublishPostService) {}

  @Post()
  @ApiOperation({ summary: 'Publish a post' })
  @Returns(201, PostView)
  async publish(@CurrentMember() { memberId }: CurrentMember, @Body({ schema: NewPost }) body: NewPost): Promise<PostView> {
    const post = await this.service.publish(memberId, body);
    if (!post) throw new UnauthorizedProblem('member-withdrawn', { detail: 'This member has withdrawn.' });
    return postView(post);
  }
}
