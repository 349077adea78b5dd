# livekeeper as a container: docker build -t livekeeper .
# It writes only to the data folder, /data, and to /tmp, and listens on port 7001. With --host 0.0.0.0 it needs an API
# key (LIVEKEEPER_API_KEY). For one node: deploy/compose.yaml.
# To pin the base image, give its digest:
#   docker buildx imagetools inspect node:24.21.0-bookworm-slim        (shows the digest)
#   docker build --build-arg NODE_IMAGE=node:24.21.0-bookworm-slim@sha256:… -t livekeeper .
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /livekeeper
COPY . .
RUN npm ci && npm run build && npm run docs && npm prune --omit=dev

FROM ${NODE_IMAGE}
ENV NODE_ENV=production LIVEKEEPER_DATA_DIR=/data
WORKDIR /livekeeper
COPY --from=build /livekeeper/LICENSE LICENSE
COPY --from=build /livekeeper/node_modules node_modules
COPY --from=build /livekeeper/packages packages
RUN install --directory --mode=700 --owner=node --group=node /data \
	&& ln -s /livekeeper/packages/livekeeper/bin/livekeeper.js /usr/local/bin/livekeeper
USER node
VOLUME /data
EXPOSE 7001
# The command calls the public API, with the service's own key and port.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
	CMD ["node", "packages/livekeeper/bin/livekeeper.js", "status"]
# As process 1 it receives SIGTERM itself and shuts down cleanly.
ENTRYPOINT ["node", "packages/livekeeper/bin/livekeeper.js"]
CMD ["serve", "--host", "0.0.0.0"]
