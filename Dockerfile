# livekeeper as a container: docker build -t livekeeper .
# The data folder is /data; it listens on port 7001. With --host 0.0.0.0 it needs an API key (LIVEKEEPER_API_KEY).
# To build on exactly one image, name it with its digest:
#   docker buildx imagetools inspect node:24.21.0-bookworm-slim        (shows the digest)
#   docker build --build-arg NODE_IMAGE=node:24.21.0-bookworm-slim@sha256:… -t livekeeper .
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /livekeeper
COPY . .
RUN npm ci && npm run build && npm prune --omit=dev

FROM ${NODE_IMAGE}
ENV NODE_ENV=production LIVEKEEPER_DATA_DIR=/data
WORKDIR /livekeeper
COPY --from=build /livekeeper/node_modules node_modules
COPY --from=build /livekeeper/packages packages
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 7001
ENTRYPOINT ["node", "packages/livekeeper/bin/livekeeper.js"]
CMD ["serve", "--host", "0.0.0.0"]
