import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { completeDocument, type Operation } from './complete-document';

export interface About {
  readonly title: string;
  readonly description: string;
  readonly version?: string;
  /** Adds to each of the service's own operations what holds for all of them. */
  readonly document?: (operation: Operation, app: NestFastifyApplication) => void;
}

/** Swagger UI at `/docs` with its own assets, the OpenAPI document at `/docs-json`; built when first asked for. */
export function serveDocs(app: NestFastifyApplication, about: About): void {
  const config = new DocumentBuilder()
    .setTitle(about.title)
    .setDescription(about.description)
    .setVersion(about.version ?? '1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'accessToken of POST /sessions' }, 'member')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'The admin token that npm start prints' }, 'admin')
    .build();
  SwaggerModule.setup('docs', app, () => completeDocument(SwaggerModule.createDocument(app, config), (operation) => about.document?.(operation, app)), {
    raw: ['json'],
    customSiteTitle: about.title,
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true, tryItOutEnabled: true },
  });
}
