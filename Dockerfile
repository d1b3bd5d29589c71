# syntax is plain on purpose: any builder understands it. Nothing here is compiled for a processor but Node itself.
ARG NODE_IMAGE=node:24-bookworm-slim
FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json tsconfig.json ./
RUN npm install --no-audit --no-fund
COPY scripts scripts
COPY src src
RUN npm run build
# jsonpath stays outside the bundle because it reads files of its own at run time.
RUN npm prune --omit=dev && mkdir /app && cp -r dist package.json /app/ \
    && node scripts/copy-runtime-packages.mjs /app/node_modules

FROM ${NODE_IMAGE}
ARG VERSION=0.1.0
LABEL io.airbyte.name="airbyte/source-async-jobs" io.airbyte.version="${VERSION}"
WORKDIR /airbyte/integration_code
COPY --from=build /app /airbyte/integration_code
# One arena of malloc: those of idle threads hold a tenth of the memory of a download.
ENV NODE_ENV=production \
    MALLOC_ARENA_MAX=1 \
    NODE_COMPILE_CACHE=/airbyte/compile-cache \
    AIRBYTE_ENTRYPOINT="node /airbyte/integration_code/dist/main.js"
# Fills the compile cache, so that every start of the read-only image is faster.
RUN node dist/main.js spec > /dev/null
USER 1000:1000
ENTRYPOINT ["node", "/airbyte/integration_code/dist/main.js"]
