import { ReplicaRouter } from '@madang/replicas';
import { Fails, NotFoundProblem, Public, Returns, toPage, uuid } from '@madang/service-kit';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { POST_COLUMNS, PostPage, PostQuery, PostView, postView, type VisiblePost } from './post.contract';

const SELECT_ONE = `SELECT ${POST_COLUMNS} FROM post WHERE id = $1 AND hidden_at IS NULL`;

const SELECT_PAGE = `
  SELECT ${POST_COLUMNS} FROM post
  WHERE hidden_at IS NULL AND ($1::uuid IS NULL OR author_id = $1) AND ($2::uuid IS NULL OR id < $2)
  ORDER BY id DESC LIMIT $3`;

@ApiTags('posts')
@Public()
@Controller('posts')
export class ReadPostsController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly replicas: ReplicaRouter,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List posts, the newest first' })
  @Returns(200, PostPage)
  async list(@Query({ schema: PostQuery }) { limit, cursor, authorId }: PostQuery): Promise<PostPage> {
    const posts = await this.replicas.query<VisiblePost>(this.dataSource, SELECT_PAGE, [authorId, cursor?.id, limit + 1]);
    return toPage(posts, limit, postView, ({ id }) => ({ id }));
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read a post' })
  @Returns(200, PostView)
  @Fails(404, 'There is no such post, or it is hidden')
  async get(@Param('id', { schema: uuid() }) id: string): Promise<PostView> {
    const [post] = await this.replicas.query<VisiblePost>(this.dataSource, SELECT_ONE, [id]);
    if (!post) throw new NotFoundProblem('post-not-found', { detail: 'No post has this id, or it is hidden.' });
    return postView(post);
  }
}
