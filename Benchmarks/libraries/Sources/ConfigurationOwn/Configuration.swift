/// Stands in for the product's type of this name, which needs all rooms: the table asks it for one list of choices.
enum Configuration {
  enum Exemplars: String, CaseIterable {
    case off, on
  }
}
