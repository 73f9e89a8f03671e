# The base image is the Node that .node-version names, so that the `node` package, which brings the same Node to
# developers' machines, is not needed here.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN /usr/local/bin/node node_modules/typescript/bin/tsc -p tsconfig.build.json

FROM node:24-bookworm-slim
ENV NODE_ENV=production
# Chromium for pages that say nothing without their scripts; tini reaps what a killed browser leaves behind.
RUN apt-get update && apt-get install --yes --no-install-recommends chromium tini && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json ./
# The optional packages are the embedded Postgres: a deployment has DATABASE_URL.
RUN npm ci --omit=dev --omit=optional --no-audit --no-fund && npm cache clean --force
COPY sql ./sql
COPY scripts ./scripts
COPY --from=build /app/dist ./dist
USER node
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 8000}/healthz`, { signal: AbortSignal.timeout(4000) }).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--"]
CMD ["sh", "scripts/start_web_and_workers.sh"]
