export { createService, serviceKey, useService } from "./service.ts";
