export { createService, serviceKey, useService } from "./service.ts";
export { usePolled, wordsOf } from "./use-polled.ts";
