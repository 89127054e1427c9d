import Synchronization

/// Up to sixteen neighbouring buckets of a histogram, and the sum of what fell into them.
///
/// The sum lies beside its buckets, so that an observation touches one shelf only.
struct BucketShelf: ~Copyable {
  static let width = 16
  private static let ownedStripes = 5

  /// The last stripe is the shared one.
  private let stripes = InlineArray<6, BucketStripe> { _ in BucketStripe() }

  init() {}

  /// Counts an observation in one of the shelf's buckets.
  @inline(__always)
  borrowing func record(_ value: Double, in bucket: Int) {
    // An infinite observation belongs in a bucket, but would leave a sum that never tells anything again.
    let share = value.isFinite ? value : 0
    let slot = ThreadSlot.find(among: Self.ownedStripes) { stripes[$0].owner.admits($1) }
    if let slot {
      stripes[slot].recordAlone(share, in: bucket)
    } else {
      stripes[Self.ownedStripes].recordAmongOthers(share, in: bucket)
    }
  }

  /// How many observations fell into one of the shelf's buckets.
  borrowing func count(in bucket: Int) -> UInt64 {
    var total: UInt64 = 0
    for index in stripes.indices {
      total &+= stripes[index].count(in: bucket)
    }
    return total
  }

  /// The sum of the finite observations, always finite itself.
  borrowing func sum() -> Double {
    var total = 0.0
    for index in stripes.indices {
      total = (total + stripes[index].sum()).clampedToFinite
    }
    return total
  }
}

/// A shelf on the heap, for histograms with more buckets than the first shelf holds.
final class FurtherShelf: Sendable {
  let shelf = BucketShelf()

  init() {}
}
