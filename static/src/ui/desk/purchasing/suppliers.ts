// Suppliers as found while somebody types, and their terms.
import { api, type Page } from "../../../api/client";
import type { Option } from "../kit/Combo";
import { useLoad } from "../load";
import type { Supplier, SupplierRef, SupplierTerms } from "../types";

export interface SupplierOption extends Option {
  supplier: SupplierRef;
}

export function supplierOption(supplier: SupplierRef): SupplierOption {
  return { id: supplier.id, label: supplier.name, note: supplier.code, supplier };
}

export async function findSuppliers(text: string): Promise<SupplierOption[]> {
  const page = await api.get<Page<Supplier>>("/suppliers", { search: text, active: true, limit: 12 });
  return page.rows.map(supplierOption);
}

const NO_TERMS: ReadonlyMap<string, SupplierTerms> = new Map();

/** The terms of a supplier by item; empty while none is chosen or they are not here yet. */
export function useTerms(supplierId: string | null | undefined): ReadonlyMap<string, SupplierTerms> {
  const loaded = useLoad(supplierId ? `terms:${supplierId}` : null, async () => {
    const page = await api.get<Page<SupplierTerms>>(`/suppliers/${supplierId}/items`, { limit: 1000 });
    return new Map(page.rows.map((row) => [row.item.id, row]));
  });
  return loaded.data ?? NO_TERMS;
}
