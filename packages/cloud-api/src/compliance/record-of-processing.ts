import { cloudApiInventory, type InventoryEntry, type SystemName } from './inventory.ts';
import { businessManagerInventory, transportInventory } from './other-systems.ts';

/** Where each system keeps and processes its data; null where the operator has not declared it. */
export type SystemRegions = Readonly<Record<SystemName, string | null>>;

/** One line of the record: a class of data in a system. */
export interface ProcessingActivity extends InventoryEntry {
  readonly system: SystemName;
  readonly region: string | null;
}

const inventories: Readonly<Record<SystemName, readonly InventoryEntry[]>> = {
  cloud_api: cloudApiInventory,
  transport: transportInventory,
  business_manager: businessManagerInventory,
};

/** The record of processing (GDPR article 30), generated from the inventory of data. */
export function recordOfProcessing(regions: SystemRegions): ProcessingActivity[] {
  const systems = Object.keys(inventories) as SystemName[];
  return systems.flatMap((system) =>
    inventories[system].map((entry) => ({ system, region: regions[system], ...entry })),
  );
}
