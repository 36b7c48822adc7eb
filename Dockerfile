FROM node:22-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY sandbox sandbox
COPY cluster cluster
RUN npm run build && npm prune --omit=dev

FROM node:22-slim
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY sandbox/deploygraph.yaml sandbox/deploygraph.yaml
COPY cluster/deploygraph.yaml cluster/deploygraph.yaml
USER node
EXPOSE 4000
CMD ["node", "--max-semi-space-size=64", "dist/src/main.js"]
