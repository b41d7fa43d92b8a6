import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { completeDocument } from './complete-document';

/** Swagger UI at `/docs` with its own assets, the OpenAPI document at `/docs-json`; built when first asked for. */
export function serveDocs(app: NestFastifyApplication, about: { title: string; description: string; version: string }): void {
  const config = new DocumentBuilder()
    .setTitle(about.title)
    .setDescription(about.description)
    .setVersion(about.version)
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'accessToken of POST /sessions' }, 'member')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'The admin token that npm start prints' }, 'admin')
    .build();
  SwaggerModule.setup('docs', app, () => completeDocument(SwaggerModule.createDocument(app, config)), {
    raw: ['json'],
    customSiteTitle: about.title,
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true, tryItOutEnabled: true },
  });
}
