export { isAnyAddress, isPublicAddress } from "./addresses.ts";
export { openWebhookDatabase } from "./open-database.ts";
export { SqliteWebhookStore } from "./sqlite-webhook-store.ts";
export { type DispatcherStats, WebhookDispatcher } from "./webhook-dispatcher.ts";
export { webhookLogOf } from "./webhook-log.ts";
export { WebhookSender } from "./webhook-sender.ts";
export { Webhooks } from "./webhooks.ts";
