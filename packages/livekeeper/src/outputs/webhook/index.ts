export { isAnyAddress, isPublicAddress } from "./addresses.ts";
export { copyWebhooks, unreadableWebhooks } from "./copy-webhooks.ts";
export { KvWebhookStore } from "./kv-webhook-store.ts";
export { type DispatcherStats, WebhookDispatcher } from "./webhook-dispatcher.ts";
export { WebhookFile } from "./webhook-file.ts";
export { webhookLogOf } from "./webhook-log.ts";
export { WebhookSender } from "./webhook-sender.ts";
export { Webhooks } from "./webhooks.ts";
