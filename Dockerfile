# One image for the four services and the jobs; docker-compose.yml says which command each container runs.
# Node runs the TypeScript as it is; only the pages are built.

FROM node:26.10.0-slim AS packages
WORKDIR /app
# The manifests of the workspaces that run here, and of what they import: tests and the launcher stay out.
COPY package.json package-lock.json .npmrc ./
COPY contracts/package.json contracts/
COPY gateway/package.json gateway/
COPY services/inventory/package.json services/inventory/
COPY services/order/package.json services/order/
COPY services/payment/package.json services/payment/
COPY packages/messaging/package.json packages/messaging/
COPY packages/saga/package.json packages/saga/
COPY packages/service-kit/package.json packages/service-kit/
COPY tools/deployment/package.json tools/deployment/
RUN npm ci --omit=dev --ignore-scripts \
  --workspace gateway --workspace services/order --workspace services/payment --workspace services/inventory \
  --workspace tools/deployment

FROM node:26.10.0-slim AS pages
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.json ./
COPY contracts/package.json contracts/
COPY packages/client/package.json packages/client/
COPY web/package.json web/
RUN npm ci --omit=dev --ignore-scripts --workspace web
COPY contracts contracts
COPY packages/client packages/client
COPY web web
RUN node web/build.ts

FROM node:26.10.0-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=packages /app ./
COPY contracts contracts
COPY packages/messaging packages/messaging
COPY packages/saga packages/saga
COPY packages/service-kit packages/service-kit
COPY services services
COPY gateway gateway
COPY --from=pages /app/web/dist web/dist
COPY tools/deployment tools/deployment
# An empty volume takes over the owner of the folder that it is mounted on.
RUN install -d -o node -g node -m 700 /var/lib/order-saga
USER node
CMD ["node", "--version"]
