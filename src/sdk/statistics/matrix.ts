// Linear algebra of ml-matrix, as far as analyses need it; plain JavaScript, the same bits everywhere.
export {
  CholeskyDecomposition,
  EigenvalueDecomposition,
  inverse,
  LuDecomposition,
  Matrix,
  QrDecomposition,
  SingularValueDecomposition,
  solve,
} from 'ml-matrix';
