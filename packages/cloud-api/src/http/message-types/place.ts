import { limits } from '@postern/protocol';
import type { Parameters } from '../parameters.ts';

/** A place on the earth. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
  readonly name: string;
  readonly address: string;
}

/** Reads a location object; coordinates may be numbers or digits (gap A12). @throws GraphError */
export function parsePlace(location: Parameters): Place {
  return {
    latitude: location.getNumber('latitude', { min: -90, max: 90 }),
    longitude: location.getNumber('longitude', { min: -180, max: 180 }),
    name: location.findText('name', limits.maxFieldCharacters) ?? '',
    address: location.findText('address', limits.maxFieldCharacters) ?? '',
  };
}
